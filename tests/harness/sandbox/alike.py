"""Programs that ask the interpreter about itself, and what lies beside them."""

from __future__ import annotations

PROGRAMS: dict[str, str] = {
    "main": """
import builtins
print({k: v for k, v in sorted(vars().items()) if k not in ('__loader__', '__builtins__', 'builtins')})
print(type(__loader__), __loader__.name, __loader__.path, __builtins__ is builtins)
""",
    "sys": """
import sys
names = ('argv orig_argv path flags executable prefix base_prefix exec_prefix warnoptions '
  '_xoptions dont_write_bytecode platlibdir pycache_prefix version hash_info float_info '
  'implementation meta_path').split()
for name in names: print(name, getattr(sys, name))
print(sys.getrecursionlimit(), sys.getswitchinterval(), sys.getfilesystemencoding())
print(sys.gettrace(), hash('a'))
""",
    "streams": """
import sys
for s in (sys.stdin, sys.stdout, sys.stderr, sys.__stdout__):
    print(s.name, s.mode, s.encoding, s.errors, s.line_buffering, s.isatty(), s.write_through)
print(sys.stdout.fileno(), sys.stdin.read(), sorted({'b', 'a', 'c', 'd'}, key=hash))
""",
    "environment": """
import os
print(sorted((k, v) for k, v in os.environ.items() if not k.startswith('LC_TA')))
""",
    "folders": """
import os, pathlib, tempfile
print(os.getcwd(), os.listdir('.'), pathlib.Path.home(), tempfile.gettempdir(), oct(os.umask(0)))
""",
    "ids": """
import os, threading
print(os.getppid() == os.getppid(), os.getpgrp() == os.getpid(), os.getsid(0) == os.getpid())
print(threading.current_thread(), threading.active_count())
print(threading.main_thread() is threading.current_thread())
print(os.getpriority(0, 0), len(os.listdir('/proc/self/fd')), len(os.listdir('/proc/self/task')))
""",
    "limits": """
import resource
for name in sorted(n for n in dir(resource) if n.startswith('RLIMIT_') and 'NPROC' not in n):
    print(name, resource.getrlimit(getattr(resource, name)))
""",
    "status": """
own = 'CapE', 'CapP', 'NoNew', 'Seccomp:', 'SigB', 'SigC', 'SigI', 'SigP', 'ShdP', 'Umask'
for line in open('/proc/self/status'):
    if line.startswith(own): print(line.strip())
""",
    "signals": """
import signal
for n in sorted(signal.valid_signals()): print(n, signal.getsignal(n))
print(signal.pthread_sigmask(signal.SIG_BLOCK, ()))
""",
    "arguments": "import argparse, sys; print(sys.argv); argparse.ArgumentParser().parse_args(['--nope'])",
    "imports of its own": """
import other, package.inner
print(other.value, package.inner.value, other.__file__, other.__spec__)
""",
    "import main again": """
import __main__, sys
print(__main__.__file__, sys.modules['__main__'] is __main__)
import main
""",
    "inspect": """
import inspect, sys
def f():
    return 1
class C: pass
print(inspect.getsource(f), inspect.getsourcefile(C), C.__module__, C, f.__module__)
""",
    "uncaught": """
def f(n):
    return 1 / n if n == 0 else f(n - 1)
f(3)
""",
    "uncaught chain": """
try:
    {}['key']
except KeyError as error:
    error.add_note('a note')
    raise ValueError('second') from error
""",
    "uncaught group": "raise ExceptionGroup('many', [ValueError(1), TypeError('x')])",
    "uncaught in an import": "import broken",
    "uncaught recursion": "def f(): f()\ntry: f()\nexcept RecursionError as error: print(error)",
    "syntax error": "print('before'\nx = = 1\n",
    "indentation error": "if True:\nprint(1)\n",
    "another encoding": "# -*- coding: latin-1 -*-\nprint('caf\u00e9')\n",
    "byte order mark": "\ufeffprint('\u00e9')\n",
    "windows lines": "print(1)\r\nif True:\r\n    1 / 0\r\n",
    "no line at the end": "print('x')",
    "held by the sdk": """
import logging
class Last:
    def __del__(self): print('gone')
logging.root.kept = Last()
""",
    "empty": "",
    "future": "from __future__ import annotations\ndef f(x: Nope): pass\nprint(f.__annotations__)",
    "annotations": "x: int = 1\nprint(__annotations__)",
    "exit none": "import sys; sys.exit()",
    "exit number": "import sys; sys.exit(41)",
    "exit negative": "import sys; sys.exit(-1)",
    "exit large": "import sys; sys.exit(256 + 5)",
    "exit true": "raise SystemExit(True)",
    "exit text": "import sys; print('out'); sys.exit('a reason')",
    "exit tuple": "raise SystemExit((1, 'two'))",
    "exit twice": "import atexit, sys\natexit.register(lambda: print('bye'))\nsys.exit(3)",
    "exit builtin": "exit(4)",
    "exit at once": "import os; print('x'); os._exit(9)",
    "hook": "import sys\nsys.excepthook = lambda t, v, tb: print('hooked', t, v, tb.tb_lineno)\n1/0",
    "hook that fails": "import sys\ndef hook(*a): raise ValueError('in hook')\nsys.excepthook = hook\n1/0",
    "hook that exits": "import sys\nsys.excepthook = lambda *a: sys.exit(6)\n1/0",
    "interrupt": "raise KeyboardInterrupt",
    "interrupt from outside": "import os, signal; os.kill(os.getpid(), signal.SIGINT); print('not here')",
    "terminate": "import os, signal, time; os.kill(os.getpid(), signal.SIGTERM); time.sleep(5)",
    "abort": "import os; os.abort()",
    "broken pipe": "import os; r, w = os.pipe(); os.close(r); os.write(w, b'x')",
    "closed stdout": "import os; print('seen'); os.close(1); print('unseen')",
    "stdout closed by name": "import sys; sys.stdout.close()",
    "atexit": """
import atexit
for n in range(3): atexit.register(print, n)
def bad(): raise ValueError('in exit')
atexit.register(bad)
print('end')
""",
    "thread outlives": """
import threading, time
def late(): time.sleep(0.2); print('late')
threading.Thread(target=late).start()
print('main ends')
""",
    "daemon thread": """
import threading, time
def never(): time.sleep(60); print('never')
threading.Thread(target=never, daemon=True).start()
print('main ends')
""",
    "thread fails": """
import threading
def f(): raise ValueError('in thread')
t = threading.Thread(target=f, name='worker'); t.start(); t.join(); print('on')
""",
    "thread exits": """
import threading, sys
t = threading.Thread(target=lambda: sys.exit(5)); t.start(); t.join(); print('on')
""",
    "pool of threads": """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(4) as pool: print(list(pool.map(lambda n: n * n, range(10))))
""",
    "last words": """
class Goodbye:
    def __init__(self, name): self.name = name
    def __del__(self): print('del', self.name)
kept = Goodbye('global')
_hidden = Goodbye('hidden')
cycle = Goodbye('cycle'); cycle.self = cycle
""",
    "unclosed file": "f = open('out', 'w'); f.write('x'); import os, atexit; print(os.path.getsize('out'))",
    "finalizers": """
import weakref, tempfile
class C: pass
c = C(); weakref.finalize(c, print, 'finalized')
d = tempfile.TemporaryDirectory()
""",
    "generator at the end": """
def g():
    try: yield 1
    finally: print('closed')
it = g(); next(it)
""",
    "warnings": "import warnings; warnings.warn('careful'); warnings.warn('old', DeprecationWarning)",
    "logging": """
import logging
logging.warning('w'); logging.getLogger('x').info('i'); print(logging.getLogger().handlers)
""",
    "asyncio": """
import asyncio
async def one(n): await asyncio.sleep(0.01); return n
async def main():
    print(await asyncio.gather(*(one(n) for n in range(5))))
    process = await asyncio.create_subprocess_exec('echo', 'hi', stdout=asyncio.subprocess.PIPE)
    print(await process.communicate(), process.returncode)
    print(await asyncio.to_thread(sum, [1, 2]))
asyncio.run(main())
""",
    "asyncio fails": "import asyncio\nasync def f(): raise ValueError('async')\nasyncio.run(f())",
    "asyncio never awaited": "async def f(): pass\nf()",
    "subprocess": """
import subprocess, sys
look = 'import sys; print(sys.flags, sys.path[1:])'
print(subprocess.run([sys.executable, '-c', look], capture_output=True))
print(subprocess.run('exit 3', shell=True).returncode, subprocess.check_output(['cat'], input=b'in'))
""",
    "fork falls through": """
import os
pid = os.fork()
if pid: os.waitpid(pid, 0)
print('child' if not pid else 'parent')
""",
    "exec": "import os, sys; os.execv(sys.executable, [sys.executable, '-c', 'print(2)'])",
    "multiprocessing": """
import multiprocessing as m
def square(n): return n * n
if __name__ == '__main__':
    print(m.get_start_method(), m.current_process(), m.parent_process())
    with m.Pool(2) as pool: print(pool.map(square, range(5)))
    q = m.Queue(); p = m.Process(target=q.put, args=(7,)); p.start()
    print(q.get()); p.join(); print(p.exitcode)
""",
    "multiprocessing spawn": """
import multiprocessing as m
def show(q): q.put((__name__, m.parent_process() is not None))
if __name__ == '__main__':
    c = m.get_context('spawn'); q = c.Queue(); p = c.Process(target=show, args=(q,)); p.start()
    print(q.get()); p.join(); print(p.exitcode)
""",
    "pool of processes": """
from concurrent.futures import ProcessPoolExecutor
def f(n): return n + 1
if __name__ == '__main__':
    with ProcessPoolExecutor(2) as pool: print(list(pool.map(f, range(4))))
""",
    "pickle": """
import pickle
class Point:
    def __init__(self, x): self.x = x
data = pickle.dumps(Point(3)); print(data, pickle.loads(data).x, Point)
""",
    "dataclasses": """
from __future__ import annotations
from dataclasses import dataclass, fields
import typing
@dataclass
class A:
    x: B | None = None
@dataclass
class B: pass
print(typing.get_type_hints(A), fields(A))
""",
    "pydantic": """
from pydantic import BaseModel
class Reply(BaseModel):
    amount: float; id: str
print(Reply.model_validate_json('{"amount": 1, "id": "a"}'), Reply.model_json_schema(), Reply.__module__)
""",
    "sdk": """
import os, openai, anthropic
c = openai.OpenAI(max_retries=0)
print(c.base_url, c.api_key, anthropic.Anthropic().base_url, openai.__version__)
try: c.chat.completions.create(model='m', messages=[{'role': 'user', 'content': 'x'}])
except openai.APIConnectionError as error: print(repr(error))
""",
    "sdk calls": """
import asyncio, json, threading, warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import anthropic, openai
class Stub(BaseHTTPRequestHandler):
    def log_message(self, *a): pass
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers['content-length'])))
        message = {'role': 'assistant', 'content': 'hi'}
        body = json.dumps({
            'id': 'c', 'object': 'chat.completion', 'created': 1, 'model': asked['model'],
            'choices': [{'index': 0, 'message': message, 'finish_reason': 'stop'}],
            'usage': {'prompt_tokens': 1, 'completion_tokens': 1, 'total_tokens': 2},
        } if 'chat' in self.path else {
            'id': 'm', 'type': 'message', 'role': 'assistant', 'model': asked['model'],
            'content': [{'type': 'text', 'text': 'hi'}], 'stop_reason': 'end_turn', 'stop_sequence': None,
            'usage': {'input_tokens': 1, 'output_tokens': 1},
        }).encode()
        print(self.path, sorted(self.headers.items()))
        self.send_response(200)
        self.send_header('content-type', 'application/json')
        self.send_header('content-length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
server = ThreadingHTTPServer(('127.0.0.1', 48231), Stub)
threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
url, turn = 'http://127.0.0.1:48231', [{'role': 'user', 'content': 'x'}]
print(openai.OpenAI(base_url=url + '/v1').chat.completions.create(model='m', messages=turn))
print(anthropic.Anthropic(base_url=url).messages.create(model='m', messages=turn, max_tokens=5))
async def later():
    client = openai.AsyncOpenAI(base_url=url + '/v1')
    print(await client.chat.completions.create(model='n', messages=turn))
asyncio.run(later())
""",
    "event loop of old": """
import asyncio, warnings
warnings.simplefilter('ignore')
print(asyncio.get_event_loop())
""",
    "contextvars": "import contextvars; print(len(contextvars.copy_context()))",
    "gc": "import gc; print(gc.isenabled(), gc.get_threshold(), gc.garbage, gc.callbacks)",
    "trace": "import tracemalloc, faulthandler; print(tracemalloc.is_tracing(), faulthandler.is_enabled())",
    "locale": "import locale, time; print(locale.getlocale(), time.tzname, locale.setlocale(locale.LC_ALL))",
    "decimal": "import decimal; print(decimal.getcontext())",
    "random": "import random; print(random.getstate()[0], 0 <= random.random() < 1)",
}

OTHERS = {
    "other.py": "value = 'other'\n",
    "package/__init__.py": "",
    "package/inner.py": "value = 'inner'\n",
    "package/json.py": "raise RuntimeError('a module of a package hides nothing')\n",
    "broken.py": "def f():\n    raise OSError('broken')\n\n\nf()\n",
}
