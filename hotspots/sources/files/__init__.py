"""Files as agencies send them, opened: text, workbooks, JSON and archives become tables of words, with every bad row named."""
