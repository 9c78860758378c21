module github.com/tokenwarden/tokenwarden/cmd/devstack/servers/testdata/chi

go 1.26.0

require github.com/go-chi/chi/v5 v5.4.0
