"""The data that ships with convbook; README.md says where it comes from."""
