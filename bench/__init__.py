"""The national bench: the real pages on the illustrative country, measured beside a bare page. See README.md."""
