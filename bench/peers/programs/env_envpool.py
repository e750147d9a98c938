"""EnvPool's Atari environment, including preprocessing and stacking: frames/s."""

import importlib.util
import pathlib

import envpool

import peer
import vector_env


class Pool:
    def __init__(self, count, threads):
        self.num_envs = count
        self.env = envpool.make(
            "SpaceInvaders-v5",
            env_type="gymnasium",
            num_envs=count,
            num_threads=threads,
            frame_skip=peer.FRAME_SKIP,
            stack_num=4,
            noop_max=30,
            use_fire_reset=False,
            reward_clip=True,
            seed=1,
        )
        self.env.reset()
        self.step = self.env.step


def make(count, threads):
    pool = Pool(count, threads)
    return pool, pool.env.action_space.n


def rom():
    assets = pathlib.Path(importlib.util.find_spec("envpool_assets").submodule_search_locations[0])
    return assets / "atari" / "roms" / f"{peer.GAME}.bin"


if __name__ == "__main__":
    frames, envs = vector_env.best_of_sizes(make, close=lambda pool: pool.env.close())
    peer.report(frames, "frames/s", ("envpool",), rom(), envs=envs)
