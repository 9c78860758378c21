// Command caddy is Caddy with the plugin of the folder above.
package main

import (
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	_ "github.com/caddyserver/caddy/v2/modules/standard"

	_ "github.com/tokenwarden/tokenwarden/deploy/edge/caddy"
)

func main() { caddycmd.Main() }
