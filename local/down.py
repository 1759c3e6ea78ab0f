"""`make down`: end the stack that `make up` started."""

from local import background


def main() -> None:
    """Stop it and say so."""
    if background.stop(background.FOLDER):
        print("The local stack is stopped.")
    else:
        print("No local stack was running.")


if __name__ == "__main__":
    main()
