"""The bare emulator: frames per CPU second of ale-py's `act`, without reading the screen."""

import argparse
import random
import time

import ale_py

import peer


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, required=True)
    options = parser.parse_args()

    ale_py.ALEInterface.setLoggerMode(ale_py.LoggerMode.Error)
    ale = ale_py.ALEInterface()
    ale.setInt("random_seed", 1)
    ale.setFloat("repeat_action_probability", 0.0)
    ale.loadROM(peer.ale_rom())
    policy = random.Random(1)
    # Holds each action for 4 frames, like the environments that are compared with this.
    actions = policy.choices(ale.getMinimalActionSet(), k=options.frames // peer.FRAME_SKIP)
    ale.reset_game()
    act, game_over = ale.act, ale.game_over
    start = time.process_time()
    for action in actions:
        for _ in range(peer.FRAME_SKIP):
            act(action)
        if game_over():
            ale.reset_game()
    seconds = time.process_time() - start
    peer.report(peer.FRAME_SKIP * len(actions) / seconds, "frames/s", ("ale-py",), peer.ale_rom())


if __name__ == "__main__":
    main()
