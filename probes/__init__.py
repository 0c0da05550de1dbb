"""Personal-data detection from sparse-autoencoder features of a small language model."""
