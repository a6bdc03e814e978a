"""Writes the sample company's files from the readable sources in content/."""
