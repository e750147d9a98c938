"""The article's algorithm in TensorFlow 2: agent steps per second while learning a batch at every step.

`script` does each part as the published script does: eager passes through the networks, targets in
NumPy, Keras' train_on_batch, the target network blended variable by variable. `graph` is the same
algorithm as a skilled user would write it: acting and all of training are tf.functions.
"""

import argparse
import os
import random
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import ale_py
import gymnasium
import numpy as np
import tensorflow as tf
from tensorflow import keras

import peer

HEIGHT, WIDTH, STACK = 105, 80, 3
MEMORY_FRAMES, BATCH = 200_000, 32
GAMMA, TAU, EPSILON = 0.99, 0.08, 0.1
LEARNING_RATE = 1e-4  # as our preset; it costs no time


class DuelingNetwork(keras.Model):
    def __init__(self, actions, hidden=256):
        super().__init__()
        he_normal = keras.initializers.HeNormal
        self.conv1 = keras.layers.Conv2D(16, 8, 4, activation="relu")
        self.conv2 = keras.layers.Conv2D(32, 4, 2, activation="relu")
        self.flatten = keras.layers.Flatten()
        self.advantage_hidden = keras.layers.Dense(hidden, "relu", kernel_initializer=he_normal())
        self.advantage = keras.layers.Dense(actions, kernel_initializer=he_normal())
        self.value_hidden = keras.layers.Dense(hidden, "relu", kernel_initializer=he_normal())
        self.value = keras.layers.Dense(1, kernel_initializer=he_normal())

    def call(self, x):
        x = self.flatten(self.conv2(self.conv1(x)))
        advantage = self.advantage(self.advantage_hidden(x))
        value = self.value(self.value_hidden(x))
        return value + advantage - tf.reduce_mean(advantage, axis=1, keepdims=True)


class Memory:
    """The article's: frames as 4-byte floats, the newest axis last."""

    def __init__(self):
        self.frames = np.zeros((HEIGHT, WIDTH, MEMORY_FRAMES), np.float32)
        self.actions = np.zeros(MEMORY_FRAMES, np.int32)
        self.rewards = np.zeros(MEMORY_FRAMES, np.float32)
        self.terminal = np.zeros(MEMORY_FRAMES, bool)
        self.head = 0

    def add(self, frame, action, reward, terminal):
        self.frames[:, :, self.head] = frame[:, :, 0]
        self.actions[self.head] = action
        self.rewards[self.head] = reward
        self.terminal[self.head] = terminal
        self.head += 1

    def sample(self):
        indices = np.random.randint(STACK + 1, self.head, size=BATCH)
        states = np.zeros((BATCH, HEIGHT, WIDTH, STACK), np.float32)
        next_states = np.zeros_like(states)
        for i, index in enumerate(indices):
            states[i] = self.frames[:, :, index - STACK : index]
            next_states[i] = self.frames[:, :, index + 1 - STACK : index + 1]
        return states, self.actions[indices], self.rewards[indices], next_states, self.terminal[indices]


def preprocess(screen):
    grey = tf.image.rgb_to_grayscale(screen)
    return tf.image.resize(grey, (HEIGHT, WIDTH)) / 255


class ScriptAgent:
    def __init__(self, actions):
        self.online, self.target = DuelingNetwork(actions), DuelingNetwork(actions)
        for network in (self.online, self.target):
            network(np.zeros((1, HEIGHT, WIDTH, STACK), np.float32))
        self.target.set_weights(self.online.get_weights())
        self.online.compile(keras.optimizers.Adam(LEARNING_RATE), loss=keras.losses.Huber())

    def act(self, stack):
        return int(np.argmax(self.online(tf.reshape(stack, (1, HEIGHT, WIDTH, STACK))).numpy()))

    def learn(self, states, actions, rewards, next_states, terminal):
        rows = np.arange(BATCH)
        targets = self.online(states).numpy()
        best = np.argmax(self.online(next_states).numpy(), axis=1)
        next_values = self.target(next_states).numpy()[rows, best]
        targets[rows, actions] = rewards + GAMMA * np.where(terminal, 0, next_values)
        self.online.train_on_batch(states, targets)
        for t, o in zip(self.target.trainable_variables, self.online.trainable_variables):
            t.assign(t * (1 - TAU) + o * TAU)


class GraphAgent(ScriptAgent):
    def __init__(self, actions):
        super().__init__(actions)
        self.optimizer = self.online.optimizer
        self.optimizer.build(self.online.trainable_variables)

    def act(self, stack):
        return int(self.greedy(tf.reshape(stack, (1, HEIGHT, WIDTH, STACK))))

    @tf.function
    def greedy(self, states):
        return tf.argmax(self.online(states), axis=1)[0]

    @tf.function
    def learn(self, states, actions, rewards, next_states, terminal):
        best = tf.argmax(self.online(next_states), axis=1)
        next_values = tf.gather(self.target(next_states), best, axis=1, batch_dims=1)
        targets = rewards + GAMMA * tf.where(terminal, 0.0, next_values)
        with tf.GradientTape() as tape:
            values = tf.gather(self.online(states), actions, axis=1, batch_dims=1)
            loss = keras.losses.Huber()(targets[:, None], values[:, None])
        variables = self.online.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        for t, o in zip(self.target.trainable_variables, variables):
            t.assign(t * (1 - TAU) + o * TAU)


class Player:
    """Plays step by step; `stack` is the article's tf.Variable of the newest frames."""

    def __init__(self):
        gymnasium.register_envs(ale_py)
        self.env = gymnasium.make("SpaceInvaders-v0", disable_env_checker=True)
        self.actions = int(self.env.action_space.n)
        self.stack = tf.Variable(tf.zeros((HEIGHT, WIDTH, STACK)))
        self.reset(seed=1)

    def reset(self, seed=None):
        frame = preprocess(self.env.reset(seed=seed)[0])
        self.stack.assign(tf.repeat(frame, STACK, axis=2))

    def step(self, action, memory):
        screen, reward, terminated, truncated, _ = self.env.step(action)
        frame = preprocess(screen)
        for i in range(1, STACK):
            self.stack[:, :, i - 1].assign(self.stack[:, :, i])
        self.stack[:, :, -1].assign(frame[:, :, 0])
        memory.add(frame.numpy(), action, reward, terminated)
        if terminated or truncated:
            self.reset()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--variant", choices=("script", "graph"), required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--fill", type=int, default=500, help="random steps before learning")
    parser.add_argument("--warm-up", type=int, default=20, help="learning steps before the clock starts")
    parser.add_argument("--steps", type=int, required=True, help="learning steps to time")
    options = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(options.threads)
    for seeded in (random.seed, np.random.seed, tf.random.set_seed):
        seeded(1)

    player, memory = Player(), Memory()
    agent = (ScriptAgent if options.variant == "script" else GraphAgent)(player.actions)
    for _ in range(options.fill):
        player.step(random.randrange(player.actions), memory)
    for step in range(options.warm_up + options.steps):
        if step == options.warm_up:
            start = time.perf_counter()
        explores = random.random() < EPSILON
        action = random.randrange(player.actions) if explores else agent.act(player.stack)
        player.step(action, memory)
        agent.learn(*memory.sample())
    seconds = time.perf_counter() - start
    peer.report(options.steps / seconds, "steps/s", ("tensorflow-cpu", "keras", "ale-py"), peer.ale_rom())


if __name__ == "__main__":
    main()
