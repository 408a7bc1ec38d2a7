"""What the notebooks of convbook import: data, pictures and checks."""
