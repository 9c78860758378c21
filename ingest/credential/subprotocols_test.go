package credential

import (
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// TestSubprotocols finds tokens in the names of WebSocket protocols.
func TestSubprotocols(t *testing.T) {
	testExact(t, newSynth(75).of(alnum, 32), fields(record.KindHeader, "Sec-WebSocket-Protocol",
		"graphql-ws, Bearer.{S}", "token-{S}, v1.chat", "access_token|{S}", "authorization.bearer.{S}", "auth%3A{S}", "{S}, chat", "chat, jwt, {S}",
		"realtime, openai-insecure-api-key.{S}, openai-beta.realtime-v1", "ticket={S}", "base64url.bearer.authorization.k8s.io.{S}, v4.channel.k8s.io",
	))
	testExact(t, "", fields(record.KindHeader, "http_sec_websocket_protocol",
		"graphql-transport-ws, v12.stomp, wamp.2.json", "actioncable-v1-json, actioncable-unsupported", "token, v1.bearer.channel", "v5.channel.k8s.io, base64.binary.k8s.io",
	))
}
