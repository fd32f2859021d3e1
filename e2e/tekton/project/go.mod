module example.com/greeting

go 1.24

require (
	github.com/google/go-cmp v0.6.0
	golang.org/x/text v0.21.0
	rsc.io/quote v1.5.2
)

require rsc.io/sampler v1.3.0 // indirect
