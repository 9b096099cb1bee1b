"""What a venue's JSON is made of: `decode` reads it, `types` are its scalars, `quick` reads what comes often."""
