// Package greeting says something to everyone, with modules that must be downloaded first.
package greeting

import (
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"rsc.io/quote"
)

// Loud is a proverb in capitals.
func Loud() string {
	return cases.Upper(language.English).String(quote.Go())
}
