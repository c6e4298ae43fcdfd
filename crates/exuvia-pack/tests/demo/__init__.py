"""A package with data, a namespace package, an extension module and metadata."""
