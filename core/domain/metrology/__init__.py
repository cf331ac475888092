"""The arithmetic of measuring: risks, budgets, studies, scales, packs, intervals, money.

Numbers in, numbers and codes out: no words, no storage, no clock; standard library only.
Results carry what explains them.
    checking.py       what a number must be before anything is counted with it
    distributions.py  normal, beta, t, F and binomial, where the statistics module ends
    risk.py           ratios, fitness in use, guard bands, false accept and reject, conformity
    uncertainty.py    budgets, coverage factors, rounding
    gauge_study.py    repeatability and reproducibility of a crossed study
    scales.py         classes and permissible errors of weighing instruments
    losses.py         money of a bias and of wrong decisions; payback
    interval.py       the first interval, and how the history of results changes it
    drift.py          a curve through the changes seen, and when it meets a limit
    control_chart.py  signals in the errors of a check standard
    prepackages.py    deficiencies, lots, packing scales and targets
"""
