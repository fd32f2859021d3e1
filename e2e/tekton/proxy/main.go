// Command proxy serves the download cache of Go modules in a folder as a module proxy, and prints
// each request: what is not printed was not downloaded.
package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"
)

func main() {
	files := http.FileServer(http.Dir(os.Args[1]))
	handler := func(out http.ResponseWriter, request *http.Request) {
		answer := &answer{ResponseWriter: out, status: http.StatusOK}
		// Toolchains are verified by the checksum database always: what it answered is served too.
		if !strings.HasPrefix(request.URL.Path, "/sumdb/") || !strings.HasSuffix(request.URL.Path, "/supported") {
			files.ServeHTTP(answer, request)
		}
		fmt.Println(time.Now().UTC().Format(time.RFC3339), request.Method, request.URL.Path, answer.status, answer.bytes)
	}
	fmt.Fprintln(os.Stderr, http.ListenAndServe(":8080", http.HandlerFunc(handler)))
	os.Exit(1)
}

type answer struct {
	http.ResponseWriter
	status int
	bytes  int
}

func (a *answer) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(content []byte) (int, error) {
	written, err := a.ResponseWriter.Write(content)
	a.bytes += written
	return written, err
}
