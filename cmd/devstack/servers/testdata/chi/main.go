// Command chi serves with chi's own logger, for the harness in the folder above.
package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

func main() {
	router := chi.NewRouter()
	router.Use(middleware.Logger)
	router.HandleFunc("/*", answer)
	server := &http.Server{Addr: os.Args[1], Handler: router, ReadHeaderTimeout: 5 * time.Second}
	fmt.Fprintln(os.Stderr, server.ListenAndServe())
	os.Exit(1)
}

func answer(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasPrefix(r.URL.Path, "/denied/"):
		w.WriteHeader(http.StatusUnauthorized)
	case strings.HasPrefix(r.URL.Path, "/missing/"):
		w.WriteHeader(http.StatusNotFound)
	}
	_, _ = fmt.Fprintln(w, "an answer")
}
