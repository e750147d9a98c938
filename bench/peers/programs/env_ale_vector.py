"""ALE's vector environment, including preprocessing and stacking: frames/s."""

from ale_py.vector_env import AtariVectorEnv

import peer
import vector_env


def make(count, threads):
    env = AtariVectorEnv(
        peer.GAME,
        count,
        num_threads=threads,
        frameskip=peer.FRAME_SKIP,
        stack_num=4,
        maxpool=True,
        noop_max=30,
        use_fire_reset=False,
        reward_clipping=True,
    )
    env.reset(seed=1)
    return env, env.single_action_space.n


if __name__ == "__main__":
    frames, envs = vector_env.best_of_sizes(make)
    peer.report(frames, "frames/s", ("ale-py", "gymnasium"), peer.ale_rom(), envs=envs)
