"""The least that a program can do."""


def main():
    print("hello")


if __name__ == "__main__":
    main()
