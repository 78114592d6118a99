"""The one seam to the network: a request goes in, a bounded response comes out."""
