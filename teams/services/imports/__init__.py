"""A workbook's way into the register: upload -> rehearse -> (choices, rehearse again) -> apply -> perhaps undo.

`register` reads what stands in the database, `resolve` finds communes, teams, villages and decisions, `matching` pairs
rows with members, `rehearsal` stages what would happen, `applying` writes it in one transaction, `undo` takes it back.
"""
