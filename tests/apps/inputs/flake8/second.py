squares = set([number * number for number in range(3)])
