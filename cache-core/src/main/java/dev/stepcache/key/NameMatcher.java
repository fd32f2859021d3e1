package dev.stepcache.key;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A nondeterministic automaton over the characters of a name (Thompson's construction). It takes as
 * many steps as the name has characters, whatever the pattern: nothing is tried twice, so no
 * pattern can make a walk stand still.
 */
final class NameMatcher {
  /** Where a state goes without a character. */
  private final List<int[]> free = new ArrayList<>();

  /** What characters lead from a state to the one after it. */
  private final List<IntPredicate> steps = new ArrayList<>();

  private static final int[] NOWHERE = {};

  /** The last state that was added, where the pattern goes on. */
  private int last;

  NameMatcher() {
    last = add();
  }

  private int add() {
    free.add(NOWHERE);
    steps.add(character -> false);
    return free.size() - 1;
  }

  private void link(int from, int to) {
    int[] before = free.get(from);
    int[] after = Arrays.copyOf(before, before.length + 1);
    after[before.length] = to;
    free.set(from, after);
  }

  /** Goes on with one character. */
  void one(IntPredicate character) {
    steps.set(last, character);
    last = add();
  }

  void any() {
    one(character -> true);
  }

  /** Goes on with any characters, or none. */
  void anySequence() {
    int start = last;
    any();
    link(start, last);
    link(last, start);
  }

  /** A group of alternatives that is open. */
  final class Group {
    private final int start = last;
    private final List<Integer> ends = new ArrayList<>();

    Group() {
      alternative();
    }

    private void alternative() {
      int first = add();
      link(start, first);
      last = first;
    }

    /** Begins the next alternative. */
    void or() {
      ends.add(last);
      alternative();
    }

    void close() {
      ends.add(last);
      int end = add();
      ends.forEach(one -> link(one, end));
      last = end;
    }
  }

  boolean matches(String name) {
    BitSet now = new BitSet(free.size());
    enter(0, now);
    for (int at = 0; at < name.length() && !now.isEmpty(); ) {
      int character = name.codePointAt(at);
      at += Character.charCount(character);
      BitSet next = new BitSet(free.size());
      for (int state = now.nextSetBit(0); state >= 0; state = now.nextSetBit(state + 1)) {
        if (steps.get(state).test(character)) {
          enter(state + 1, next);
        }
      }
      now = next;
    }
    return now.get(last);
  }

  /** Adds a state, and all that it leads to without a character. */
  private void enter(int first, BitSet states) {
    Deque<Integer> pending = new ArrayDeque<>(List.of(first));
    while (!pending.isEmpty()) {
      int state = pending.pop();
      if (!states.get(state)) {
        states.set(state);
        for (int next : free.get(state)) {
          pending.push(next);
        }
      }
    }
  }
}
