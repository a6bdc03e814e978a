"""Writes DOCX, XLSX and PPTX with python-docx, openpyxl and python-pptx."""
