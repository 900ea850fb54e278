"""`python -m convrec`, which is also how `accelerate launch -m convrec tune ...` starts it."""

from convrec.cli.main import main

if __name__ == "__main__":
    main()
