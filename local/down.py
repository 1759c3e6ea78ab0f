"""`make down`: end the stack that `make up` started."""

from local import background


def main() -> None:
    """Stop the stack and print the result."""
    if background.stop(background.FOLDER):
        print("Stopped the local stack.")
    else:
        print("No local stack was running.")


if __name__ == "__main__":
    main()
