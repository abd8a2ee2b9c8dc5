"""All that the public process reads (schema open), and nothing else."""
