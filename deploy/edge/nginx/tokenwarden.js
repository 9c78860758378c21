// Logs keyed hashes in place of tokens: contract 1 of ../CONTRACT.md, for njs 0.7.9 or later (Debian: libnginx-mod-http-js).
// The key is in $tw_edge_key, which `tokenwarden key edge --format nginx` sets: nginx reads its configuration as root.
import crypto from 'crypto';

const API_KEY_HEADER = 'x_api_key'; // as in $http_x_api_key
const COOKIES = ['session', 'sessionid', 'sid', 'connect.sid', 'PHPSESSID', 'JSESSIONID', 'auth_token', 'access_token'];
const PARAMETERS = ['access_token', 'api_key', 'apikey', 'token', 'auth_token', 'refresh_token', 'id_token', 'key', 'code', 'sig'];

const STAND_INS = ['', 'x', 'X', 'x-oauth-basic', 'api_token', 'unused'];
let ID, KEY; // each request has its own

function readKey(r) {
    const parts = r.variables.tw_edge_key.split(':');
    ID = parts[0];
    KEY = Buffer.from(parts[1], 'hex');
}

function mac(domain, data, digits) {
    return crypto.createHmac('sha256', KEY).update(domain).update(data).digest('hex').slice(0, digits);
}

// form returns twfp1.<key id>.<kind>.<hash>.<MAC> of a token, a Buffer.
function form(kind, token) {
    const text = 'twfp1.' + ID + '.' + kind + '.' + mac('t', canonical(token), 32);
    return text + '.' + mac('m', text, 8);
}

function canonical(b) {
    for (let wraps = 0; wraps < 2; wraps++) {
        for (let level = 0; level < 5; level++) {
            const decoded = percentDecode(b);
            if (decoded === b) break;
            b = decoded;
        }
        b = trim(joinLines(b));
        const text = unwrap(b);
        if (!text) break;
        b = text;
    }
    return jwt(b);
}

function hexDigit(c) {
    if (c >= 48 && c <= 57) return c - 48;
    c |= 32;
    return c >= 97 && c <= 102 ? c - 87 : -1;
}

function percentDecode(b) {
    if (b.indexOf(37) < 0) return b;
    const out = Buffer.alloc(b.length);
    let n = 0;
    for (let i = 0; i < b.length; i++) {
        const hi = b[i] === 37 && i + 2 < b.length ? hexDigit(b[i + 1]) : -1;
        const lo = hi < 0 ? -1 : hexDigit(b[i + 2]);
        if (lo < 0) {
            out[n++] = b[i];
        } else {
            out[n++] = hi * 16 + lo;
            i += 2;
        }
    }
    return n === b.length ? b : out.slice(0, n);
}

// joinLines removes tabs and line breaks, and the spaces behind each.
function joinLines(b) {
    if (b.indexOf(9) < 0 && b.indexOf(10) < 0 && b.indexOf(13) < 0) return b;
    const out = Buffer.alloc(b.length);
    let n = 0, fold = false;
    for (let i = 0; i < b.length; i++) {
        const c = b[i];
        if (c === 9 || c === 10 || c === 13) fold = true;
        else if (c !== 32 || !fold) {
            fold = false;
            out[n++] = c;
        }
    }
    return out.slice(0, n);
}

// trim cuts spaces and control characters around.
function trim(b) {
    let from = 0, to = b.length;
    while (from < to && b[from] <= 32) from++;
    while (to > from && b[to - 1] <= 32) to--;
    return b.slice(from, to);
}

// unwrap returns what a token that is base64 of printable text decodes to.
function unwrap(b) {
    const text = b.toString();
    if (!/^[A-Za-z0-9+\/_-]{12,}={0,2}$/.test(text)) return null;
    const digits = text.replace(/=+$/, '');
    if (digits.length % 4 === 1) return null;
    const decoded = Buffer.from(digits.replace(/\+/g, '-').replace(/\//g, '_'), 'base64url');
    for (let i = 0; i < decoded.length; i++) {
        if (decoded[i] <= 32 || decoded[i] >= 127) return null;
    }
    return decoded;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

// jwt writes the parts of a JWT as base64url without padding and unused bits.
function jwt(b) {
    if (b[0] !== 101) return b;
    const text = b.toString();
    if (!/^eyJ[A-Za-z0-9+\/_=. -]*$/.test(text) || text.indexOf('.') < 0) return b;
    const parts = text.replace(/[ =]/g, '').replace(/\+/g, '-').replace(/\//g, '_').split('.');
    for (let i = 0; i < parts.length; i++) {
        const p = parts[i], mask = [0, 0, 0x30, 0x3c][p.length % 4];
        if (mask) parts[i] = p.slice(0, -1) + BASE64[BASE64.indexOf(p[p.length - 1]) & mask];
    }
    return Buffer.from(parts.join('.'));
}

function unquote(b) {
    const q = b[0];
    return b.length >= 2 && (q === 34 || q === 39) && b[b.length - 1] === q ? b.slice(1, b.length - 1) : b;
}

// header returns the form of the credentials in the value of a header, a Buffer.
function header(kind, value) {
    if (!value) return '';
    value = trim(value);
    let n = 0;
    while (n < value.length && n < 24 && /[A-Za-z0-9_-]/.test(String.fromCharCode(value[n]))) n++;
    const scheme = value.slice(0, n).toString().toLowerCase();
    if (n === value.length && /^(basic|bearer|digest|negotiate|token)$/.test(scheme)) return '';
    if (n > 0 && n < value.length && (value[n] === 32 || value[n] === 9)) {
        while (value[n] === 32 || value[n] === 9) n++;
        value = value.slice(n);
        const text = value.toString();
        if (scheme === 'basic') {
            const pair = Buffer.from(/^[A-Za-z0-9+\/_-]*/.exec(text)[0].replace(/\+/g, '-').replace(/\//g, '_'), 'base64url');
            const colon = pair.indexOf(58);
            if (colon >= 0) {
                const password = pair.slice(colon + 1);
                const token = STAND_INS.indexOf(password.toString()) < 0 ? password : pair.slice(0, colon);
                return token.length ? form('password', token) : '';
            }
        }
        if (/.=+[^=]/.test(text) && /[, "]/.test(text)) return ''; // several parameters
    }
    value = unquote(value);
    return value.length ? form(kind, value) : '';
}

function authorization(r) {
    readKey(r);
    return header('bearer', r.rawVariables.http_authorization);
}

function api_key(r) {
    readKey(r);
    return header('api_key', r.rawVariables['http_' + API_KEY_HEADER]);
}

// replacePairs replaces the values of names in name=value pairs.
function replacePairs(text, separator, names, kind) {
    const pairs = text.split(separator);
    for (let i = 0; i < pairs.length; i++) {
        const eq = pairs[i].indexOf('=');
        if (eq > 0 && eq + 1 < pairs[i].length && names.indexOf(pairs[i].slice(0, eq).trim()) >= 0) {
            pairs[i] = pairs[i].slice(0, eq + 1) + form(kind, unquote(trim(Buffer.from(pairs[i].slice(eq + 1)))));
        }
    }
    return pairs.join(separator);
}

// cookie returns the session cookies of the request, with their values replaced, and no others.
function cookie(r) {
    readKey(r);
    const value = r.variables.http_cookie;
    if (!value) return '';
    const ours = value.split(';').filter(pair => COOKIES.indexOf(pair.slice(0, pair.indexOf('=')).trim()) >= 0);
    return replacePairs(ours.join(';'), ';', COOKIES, 'session').trim();
}

// request_uri returns $request_uri with the values of PARAMETERS replaced.
function request_uri(r) {
    readKey(r);
    const uri = r.variables.request_uri || '', q = uri.indexOf('?');
    return q < 0 ? uri : uri.slice(0, q + 1) + replacePairs(uri.slice(q + 1), '&', PARAMETERS, 'token');
}

export default {authorization, api_key, cookie, request_uri};
