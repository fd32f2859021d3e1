package dev.stepcache.objects;

import java.util.List;
import java.util.Optional;

/**
 * A page of a list of objects.
 *
 * @param next what to ask for the next page with; empty at the end
 */
public record ListedObjects(List<ObjectState> objects, Optional<String> next) {
  public ListedObjects {
    objects = List.copyOf(objects);
  }
}
