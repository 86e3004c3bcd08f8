#: scientific
#: plots: 0
import multiprocessing


def draw(n):
    import matplotlib.pyplot as plt

    plt.plot([n])
    plt.savefig(f"{n}.png")
    plt.show()
    return n


if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(2) as pool:
        print(pool.map(draw, range(3)))
