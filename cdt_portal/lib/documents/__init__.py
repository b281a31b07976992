"""Official papers in the layout of Nghị định 30/2020/NĐ-CP: what they hold, and the one PDF and one DOCX renderer."""
