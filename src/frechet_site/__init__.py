"""The site: the workbench, the Cookbook and the course in a browser.

A Django project with one folder a feature; `config` puts them together, `lib` is what they share.
The library `frechet` knows nothing of it.
"""
