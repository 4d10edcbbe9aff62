"""What is true about Indonesian social security: dated tables of the law and the arithmetic over them.

Pure Python and data: no network, no database, no clock. Money is whole rupiah (``int``), a rate
is a ``Decimal``, a contribution month is the first day of that month, and every figure carries its
article, source and confidence.

``bpu``, ``pu`` and ``jkn`` compute contributions; ``due_dates`` and ``working_days`` know the
calendar; ``facts`` holds named figures for articles; ``identity`` finds and masks identity numbers;
``programmes`` names programmes and segments.
"""
