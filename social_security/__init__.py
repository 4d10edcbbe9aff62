"""What is true about Indonesian social security: dated tables of the law and the arithmetic over them.

Pure Python and data: no network, no database, no clock. Money is whole rupiah (``int``), a rate
is a ``Decimal``, a contribution month is the first day of that month, and every figure carries its
article, source and confidence.

``bpu``, ``pu``, ``construction``, ``pmi``, ``firms`` and ``jkn`` compute contributions; ``arrears`` and ``jkn_arrears``
what is owed late; ``jkk``, ``jkm``, ``jht``, ``jp``, ``jkp`` and ``scholarship`` benefits; ``due_dates``, ``waits`` and
``working_days`` know the calendar. ``facts`` and ``listings`` hold named figures and lists for articles, ``labels`` and
``confirmations`` the words of results and of doubts. ``identity`` finds and masks identity numbers, ``nik``
and ``card_numbers`` take them apart. ``regulation_files`` checks new texts of the tables and lets them hold.
"""
