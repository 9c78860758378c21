'use strict'
const fs = require('fs')
const http = require('http')
const morgan = require('morgan')

const loggers = [
{{- range .Logs}}
  morgan({{json .Option}}, { stream: fs.createWriteStream({{json .Path}}, { flags: 'a' }) }),
{{- end}}
]

function answer (request, response) {
  response.statusCode = request.url.startsWith('/denied/') ? 401 : request.url.startsWith('/missing/') ? 404 : 200
  response.setHeader('Content-Length', 10)
  response.end('an answer\n')
}

http.createServer({ maxHeaderSize: 65536 }, function (request, response) {
  let next = 0
  const step = () => next < loggers.length ? loggers[next++](request, response, step) : answer(request, response)
  step()
}).listen({{index .Ports 0}}, '127.0.0.1')
