"""The small metrology bench: from what a person types to the rooms of core/domain/metrology, and back to figures.

The arithmetic stands there; here texts become numbers, and several answers to one question are put side by side.
    typed.py     numbers, lists and tables as they are typed or pasted
    figures.py   numbers as they are shown
    decisions.py one reading, and the ways to draw acceptance limits
    studies.py   tables of readings and the means of their cells
    packs.py     lots of prepackages and the packer's side
"""
