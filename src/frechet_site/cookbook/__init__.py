"""The verified Cookbook to read and search."""
