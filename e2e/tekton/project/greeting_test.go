package greeting

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLoud(t *testing.T) {
	want := "DON'T COMMUNICATE BY SHARING MEMORY, SHARE MEMORY BY COMMUNICATING."
	if diff := cmp.Diff(want, Loud()); diff != "" {
		t.Error(diff)
	}
}
