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

  /** Ends the pattern here: what it needs for each name is made once. */
  Matcher end() {
    BitSet[] reached = new BitSet[steps.size()];
    for (int state = 0; state < reached.length; state++) {
      reached[state] = reachedFrom(state);
    }
    return new Matcher(reached, List.copyOf(steps), last);
  }

  /** A state, and all that it leads to without a character. */
  private BitSet reachedFrom(int first) {
    BitSet reached = new BitSet();
    Deque<Integer> pending = new ArrayDeque<>(List.of(first));
    while (!pending.isEmpty()) {
      int state = pending.pop();
      if (!reached.get(state)) {
        reached.set(state);
        for (int next : free.get(state)) {
          pending.push(next);
        }
      }
    }
    return reached;
  }

  /** Matches names; safe for use by several threads. */
  static final class Matcher {
    private final BitSet[] reached;
    private final List<IntPredicate> steps;
    private final int last;

    /** The same as bits of one number, where there are few enough: names are many. */
    private final long[] few;

    private Matcher(BitSet[] reached, List<IntPredicate> steps, int last) {
      this.reached = reached;
      this.steps = steps;
      this.last = last;
      this.few = new long[reached.length <= Long.SIZE ? reached.length : 0];
      for (int state = 0; state < few.length; state++) {
        few[state] = reached[state].toLongArray()[0];
      }
    }

    boolean matches(String name) {
      return few.length > 0 ? matchesFew(name) : matchesMany(name);
    }

    private boolean matchesFew(String name) {
      long now = few[0];
      for (int at = 0; at < name.length() && now != 0; ) {
        int character = name.codePointAt(at);
        at += Character.charCount(character);
        long next = 0;
        for (long left = now; left != 0; left &= left - 1) {
          int state = Long.numberOfTrailingZeros(left);
          if (steps.get(state).test(character)) {
            next |= few[state + 1];
          }
        }
        now = next;
      }
      return (now & 1L << last) != 0;
    }

    private boolean matchesMany(String name) {
      BitSet now = reached[0];
      for (int at = 0; at < name.length() && !now.isEmpty(); ) {
        int character = name.codePointAt(at);
        at += Character.charCount(character);
        BitSet next = new BitSet(reached.length);
        for (int state = now.nextSetBit(0); state >= 0; state = now.nextSetBit(state + 1)) {
          if (steps.get(state).test(character)) {
            next.or(reached[state + 1]);
          }
        }
        now = next;
      }
      return now.get(last);
    }
  }
}
