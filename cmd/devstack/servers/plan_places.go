package main

import "strings"

// addCanary puts one token into every place.
func (p *plan) addCanary() {
	c := p.canary
	p.add("canary, query", "/v1/me?access_token="+c.value, holds(c))
	p.add("canary, other name", "/v1/me?lang=en&api_key="+c.value, holds(c))
	p.add("canary, escaped name", "/v1/me?access%5Ftoken="+c.value, holds(c))
	p.add("canary, path", "/reset/"+c.value, holds(c))
	p.add("canary, Referer", "/pixel.gif", with("Referer", "https://app.shop.example/?token="+c.value), holds(c))
	p.add("canary, Bearer", "/v1/me", with("Authorization", "Bearer "+c.value), holds(c))
	p.add("canary, lower-case scheme", "/v1/me", with("authorization", "bearer "+c.value), holds(c))
	p.add("canary, X-Api-Key", "/v1/me", with("X-Api-Key", c.value), holds(c))
	p.add("canary, cookie", "/v1/me", with("Cookie", "theme=light; session="+c.value), holds(c))
}

func (p *plan) addQueries() {
	m := p.mint
	for name, value := range ordered(
		"token", m.text(40, hexDigits), "api_key", m.text(32, hexDigits), "apiKey", m.text(43, urlSafe), "code", m.text(43, urlSafe),
		"client_secret", m.text(40, letters), "refresh_token", m.text(64, urlSafe), "password", "Winter-"+m.text(12, letters)+"!",
		"sessionid", m.text(32, digits+"abcdefghijklmnopqrstuvwxyz"), "sig", m.standard64(32), "signature", m.text(64, hexDigits),
		"key", "AIza"+m.text(35, letters), "private_token", "gl"+"pat-"+m.text(20, letters), "X-Amz-Signature", m.text(64, hexDigits),
		"tokens[]", m.text(32, letters), "id_token", m.jwt("user-1"),
	) {
		s := p.secret(value)
		p.add("query "+name, "/v1/list?lang=en&"+name+"="+escaped(value)+"&page=3", holds(s))
	}
	otp := p.secret("493817")
	otp.weak = true
	p.add("query otp", "/v1/login?otp="+otp.value, holds(otp))
	nested := p.text(40)
	p.add("nested URL", "/login?next="+escaped("https://app.shop.example/cb?access_token="+nested.value+"&x=1"), holds(nested))
	twice := p.text(40)
	p.add("escaped twice", "/login?next="+escaped(escaped("/cb?access_token="+twice.value)), holds(twice))
}

func (p *plan) addPaths() {
	m := p.mint
	reset, hook, bot := p.secret(m.text(43, urlSafe)), p.secret(m.text(68, urlSafe)), p.secret(m.text(10, digits)+":AA"+m.text(33, letters))
	session, magic := p.secret(m.text(32, digits+"ABCDEF")), p.secret(m.jwt("user-2"))
	p.add("path reset", "/password/reset/"+reset.value+"/confirm", holds(reset))
	p.add("path webhook", "/api/webhooks/117821341234567890/"+hook.value, post("{}"), holds(hook))
	p.add("path bot", "/bot"+bot.value+"/sendMessage?chat_id=42", post("{}"), holds(bot))
	p.add("path parameter", "/cart;jsessionid="+session.value+"?step=2", holds(session))
	p.add("path JWT", "/magic/"+magic.value+"/go", holds(magic))
}

func (p *plan) addReferers() {
	token, reset, user := p.text(40), p.secret(p.mint.text(43, urlSafe)), p.text(16)
	p.add("Referer query", "/widget", with("Referer", "https://app.shop.example/cb?access_token="+token.value+"&x=1"), holds(token))
	p.add("Referer path", "/site.css", with("Referer", "https://app.shop.example/reset/"+reset.value), holds(reset))
	p.add("Referer userinfo", "/logo.png", with("Referer", "https://bob:"+user.value+"@git.shop.example/x.git"), holds(user))
}

func (p *plan) addAuthorizations() {
	m := p.mint
	jwt, token, custom, bare := p.secret(m.jwt("user-3")), p.secret(m.text(40, hexDigits)), p.text(32), p.text(36)
	password, odd := "Autumn-"+m.text(10, letters), `q"`+m.text(8, letters)+`\`+m.text(6, letters)
	p.add("Bearer JWT", "/v1/me", with("Authorization", "Bearer "+jwt.value), holds(jwt))
	p.add("Basic", "/v1/me", with("Authorization", "Basic "+basic("alice", password)),
		holds(p.secret(password, basic("alice", password))))
	p.add("Basic with quotes", "/v1/me", with("Authorization", "Basic "+basic("bob", odd)), holds(p.secret(odd, basic("bob", odd))))
	p.add("Token token=", "/v1/me", with("Authorization", `Token token="`+token.value+`", nonce="n1"`), holds(token))
	p.add("ApiKey", "/v1/me", with("Authorization", "ApiKey "+custom.value), holds(custom))
	p.add("Authorization alone", "/v1/me", with("Authorization", bare.value), holds(bare))
	first, second := p.text(40), p.text(40)
	p.add("Authorization twice", "/v1/me", with("Authorization", "Bearer "+first.value), with("Authorization", "Bearer "+second.value),
		holds(first, second))
}

func (p *plan) addHeaders() {
	m := p.mint
	key, uuid, vault := p.text(32), p.secret(m.uuid()), p.secret("hv"+"s."+m.text(90, letters))
	p.add("X-Api-Key", "/v1/me", with("X-Api-Key", key.value), holds(key))
	p.add("X-Api-Key UUID", "/v1/me", with("X-Api-Key", uuid.value), holds(uuid))
	p.add("X-Api-Key of a provider", "/v1/me", with("X-Api-Key", vault.value), holds(vault))
	first, second := p.text(32), p.text(32)
	p.add("X-Api-Key twice", "/v1/me", with("X-Api-Key", first.value), with("X-Api-Key", second.value), holds(first, second))
	bearer, both := p.secret(m.jwt("user-4")), p.text(40)
	p.add("three headers", "/v1/me?lang=en", with("Authorization", "Bearer "+bearer.value), with("X-Api-Key", both.value),
		with("Cookie", "theme=dark; lang=de"), holds(bearer, both))
}

func (p *plan) addCookies() {
	m := p.mint
	session, remember := p.secret(m.text(32, digits+"abcdefghijklmnopqrstuvwxyz")), p.text(60)
	p.add("cookies", "/v1/me", holds(session, remember),
		with("Cookie", "_ga=GA1.2.123456.1790446245; sessionid="+session.value+"; lang=de; remember_token="+remember.value))
	signed := "s:" + m.text(32, urlSafe) + "." + strings.TrimRight(m.standard64(32), "=")
	p.add("cookie, escaped", "/v1/me", with("Cookie", "connect.sid="+escaped(signed)), holds(p.secret(signed)))
	first, second := p.secret(m.text(32, digits+"ABCDEF")), p.text(40)
	p.add("Cookie twice", "/v1/me", holds(first, second),
		with("Cookie", "JSESSIONID="+first.value), with("Cookie", "auth_token="+second.value))
}

// addEscapes plants values with characters that servers escape, each in its own way.
func (p *plan) addEscapes() {
	random := func() string { return p.mint.text(14, letters) }
	for name, value := range ordered("quote", random()+`"`+random(), "backslash", random()+`\`+random(), "bar", random()+"|"+random(),
		"hash", random()+"#"+random(), "UTF-8", random()+"ßü"+random(), "comma", random()+"; "+random()) {
		s := p.secret(value)
		p.add("password with "+name+", escaped", "/v1/login?user=bob&password="+escaped(value)+"&lang=en", holds(s))
	}
	for name, value := range ordered("quote", random()+`"`+random(), "backslash", random()+`\`+random(), "bar", random()+"|"+random(),
		"hash", random()+"#"+random(), "UTF-8", random()+"ßü"+random()) {
		s := p.secret(value)
		p.add("X-Api-Key with "+name, "/v1/me", with("X-Api-Key", value), holds(s))
	}
	amp, raw := p.secret(random()+"&"+random()), p.secret(random()+"ä"+random())
	p.add("password with ampersand, escaped", "/v1/login?password="+escaped(amp.value), holds(amp))
	p.add("password with raw UTF-8", "/v1/login?lang=en&password="+raw.value, holds(raw))
}

// addLong plants credentials that some servers cut.
func (p *plan) addLong() {
	query, bearer, key := p.text(1500), p.secret(p.mint.jwt(strings.Repeat("user-five-", 120))), p.text(600)
	p.add("long query", "/v1/me?access_token="+query.value, holds(query))
	p.add("long Bearer", "/v1/me", with("Authorization", "Bearer "+bearer.value), holds(bearer))
	p.add("long X-Api-Key", "/v1/me", with("X-Api-Key", key.value), holds(key))
}
