"""What two or more screens share, one module for each kind of thing."""
