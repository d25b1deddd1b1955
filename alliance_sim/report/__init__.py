"""Words: report.html, the plain-language answer, the story of one treatment, and results on a terminal."""
