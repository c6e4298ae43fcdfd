def pair():
    a=1
    return a
