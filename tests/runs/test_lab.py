from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import nbformat
import pytest
from jupyter_client.blocking import BlockingKernelClient

from edubalance.cli import main
from edubalance.runs import lab

SECONDS = 120


def states(*chosen: str, fresh: bool = False) -> dict[str, str]:
    return {copy.file.stem: copy.state for copy in lab.copy(chosen, fresh=fresh)}


def test_a_copy_follows_its_notebook_until_the_user_changes_it(project, write):
    first, second = write("one", "1"), write("two", "2")
    assert states() == {"one": "new", "two": "new"}
    assert (lab.folder() / "one.ipynb").read_bytes() == first.read_bytes()
    assert states() == {"one": "equal", "two": "equal"}

    write("one", "1 + 1")
    (lab.folder() / "two.ipynb").write_text("my own work")
    write("two", "2 + 2")
    assert states() == {"one": "renewed", "two": "kept"}
    assert (lab.folder() / "one.ipynb").read_bytes() == first.read_bytes()
    assert (lab.folder() / "two.ipynb").read_text() == "my own work"

    assert states("two", fresh=True) == {"two": "replaced"}
    assert (lab.folder() / "two.ipynb").read_bytes() == second.read_bytes()
    assert (lab.folder() / "replaced" / "two.ipynb").read_text() == "my own work"


@pytest.mark.parametrize("record", ["", "[1]", "{"])
def test_where_the_record_of_copies_is_lost_nothing_is_written_over(project, write, record):
    write("one", "1")
    states()
    (lab.folder() / ".copied.json").write_text(record)
    write("one", "2")
    assert states() == {"one": "kept"}


def test_an_unknown_notebook_is_refused_before_a_server_starts(project, write, capsys):
    write("weishan", "1")
    assert main(["lab", "weishna"]) == 2
    assert "Did you mean 'weishan'?" in capsys.readouterr().err
    assert not lab.folder().exists()


def test_what_the_user_changed_is_said_and_the_way_to_begin_anew(project, write, capsys, monkeypatch):
    monkeypatch.setattr(lab, "serve", lambda *_, **__: None)
    write("one", "1")
    main(["lab"])
    (lab.folder() / "one.ipynb").write_text("my own work")
    write("one", "2")
    capsys.readouterr()
    assert main(["lab", "--no-browser"]) == 0
    said = "build/lab/one.ipynb: your changes are kept; edubalance lab one --fresh begins with a new copy."
    assert said in capsys.readouterr().out


def test_it_listens_to_this_machine_alone_and_fetches_nothing(project):
    arguments = lab._arguments("weishan", port=8888, browser=False)
    assert "--ServerApp.ip=127.0.0.1" in arguments
    assert "--LabApp.default_url=/lab/tree/weishan.ipynb" in arguments
    assert not [word for word in arguments if "token" in word.lower()]  # others see what a program is started with


@pytest.fixture
def hostile(tmp_path, monkeypatch):
    """Set what a user may have set: a kernel of the same name, an open server without a token, a start-up file."""
    theirs = tmp_path / "theirs"
    kernel = theirs / "data" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text(json.dumps({"argv": ["false"], "display_name": "mine", "language": "python"}))
    (theirs / "config").mkdir()
    (theirs / "config" / "jupyter_server_config.py").write_text(
        "c.IdentityProvider.token = ''\nc.ServerApp.ip = '0.0.0.0'\nc.ServerApp.password = ''\n"
    )
    startup = theirs / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("year = 1900\nprint = None\n")
    monkeypatch.setenv("JUPYTER_PATH", str(theirs / "data"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(theirs / "data"))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(theirs / "config"))
    monkeypatch.setenv("IPYTHONDIR", str(theirs / "ipython"))
    monkeypatch.delenv("JUPYTER_TOKEN", raising=False)


@pytest.fixture
def server(project, lines, hostile, quick):
    """Run the command, and give what the server says of itself when it is up."""
    assert main(["accept", "lines"]) == 0
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "edubalance", "lab", "lines", "--no-browser", "--port", str(port)]
    with (project / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=project, stdout=log, stderr=log, start_new_session=True)
    try:
        yield _stated(process, project / "build" / "lab" / ".jupyter" / "data" / "runtime", project / "server.log")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(SECONDS)


def _stated(process: subprocess.Popen[bytes], runtime: Path, log: Path) -> dict[str, object]:
    """Wait for the file in which the server states its address and token."""
    limit = time.monotonic() + SECONDS
    while time.monotonic() < limit and process.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            stated = json.loads(file.read_text() or "{}")
            if stated and _answers(stated):
                return stated
        time.sleep(0.2)
    raise AssertionError(log.read_text())


def _answers(stated: dict[str, object]) -> bool:
    try:
        return bool(ask(stated, "status"))
    except OSError:
        return False


def ask(
    stated: dict[str, object], what: str, *, token: str | None = None, send: object = None, method: str = ""
) -> object:
    """Ask the server's API."""
    headers = {"Authorization": f"token {stated['token'] if token is None else token}"}
    data = None if send is None else json.dumps(send).encode()
    asked = Request(  # noqa: S310
        f"{stated['url']}api/{what}", data, headers, method=method or ("GET" if data is None else "POST")
    )
    with urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310
        return json.loads(answer.read() or b"null")


def executed(file: Path, runtime: Path, kernel: str) -> nbformat.NotebookNode:
    """Run all cells of a notebook in a kernel of the server, as Run All does."""
    client = BlockingKernelClient(connection_file=str(runtime / f"kernel-{kernel}.json"))
    client.load_connection_file()
    client.start_channels(hb=False)  # a busy machine answers late, and is not dead
    client.wait_for_ready(SECONDS)
    notebook = nbformat.read(file, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            found = []
            keep = lambda message, found=found: found.append(message)  # noqa: E731
            reply = client.execute_interactive(cell.source, output_hook=keep, timeout=SECONDS)
            assert reply["content"]["status"] == "ok", reply["content"]
            kinds = ("stream", "display_data", "execute_result")
            cell.outputs = [nbformat.v4.output_from_msg(each) for each in found if each["msg_type"] in kinds]
            cell.execution_count = reply["content"]["execution_count"]
    client.stop_channels()
    return notebook


@pytest.mark.skipif(os.name == "nt", reason="the test ends the server by a signal to its group")
def test_run_all_and_save_in_the_real_server_change_no_tracked_file_and_the_users_files_change_nothing(project, server):
    tracked = [file for part in ("notebooks", "figures") for file in (project / part).rglob("*") if file.is_file()]
    before = {file: file.read_bytes() for file in tracked}
    assert server["hostname"] == "127.0.0.1"
    assert len(str(server["token"])) >= 40
    for wrong in ("", "0" * 48):
        with pytest.raises(HTTPError, match="403"):
            ask(server, "contents", token=wrong)

    kernels = ask(server, "kernelspecs")["kernelspecs"]
    assert list(kernels) == ["python3"]
    assert kernels["python3"]["spec"]["display_name"] != "mine"
    assert [one["name"] for one in ask(server, "contents")["content"]] == ["lines.ipynb"]

    started = ask(server, "kernels", send={"name": "python3", "path": "lines.ipynb"})
    runtime = project / "build" / "lab" / ".jupyter" / "data" / "runtime"
    run = executed(project / "build" / "lab" / "lines.ipynb", runtime, started["id"])
    assert "year 2023" in nbformat.writes(run)
    ask(server, "contents/lines.ipynb", send={"type": "notebook", "content": run}, method="PUT")
    assert lab.copy()[0].state == "equal"  # run again, it is the same to the last byte
    run.cells[-1].source += "\n# mine"
    ask(server, "contents/lines.ipynb", send={"type": "notebook", "content": run}, method="PUT")
    ask(server, f"kernels/{started['id']}", method="DELETE")
    assert lab.copy()[0].state == "kept"
    assert {file: file.read_bytes() for file in tracked} == before
    after = [file for part in ("notebooks", "figures") for file in (project / part).rglob("*") if file.is_file()]
    assert sorted(after) == sorted(tracked)
