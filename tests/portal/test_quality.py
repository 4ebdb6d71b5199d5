"""The head and the deputy see how well the service was rendered, to the request."""
