"""Everything that learns: labelled text, activation harvest, SAE and probe fitting, evaluation."""
