# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian's Chromium without a window and with JavaScript switched off, driven by its chromedriver (W3C WebDriver over HTTP)."""
import base64
import json
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

# How the driver says, at different moments, that an element is of a page before.
GONE = ("stale element", "no such element", "does not belong to the document")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Element:
    def __init__(self, browser, number):
        self.browser = browser
        self.path = f"/element/{number}"

    def click(self):
        self.browser.ask("POST", self.path + "/click", {})

    def type(self, text):
        self.browser.ask("POST", self.path + "/value", {"text": text})

    @property
    def text(self):
        return self.browser.ask("GET", self.path + "/text")

    @property
    def label(self):
        """What a screen reader calls it."""
        return self.browser.ask("GET", self.path + "/computedlabel")

    @property
    def height(self):
        return self.browser.ask("GET", self.path + "/rect")["height"]

    def attribute(self, name):
        return self.browser.ask("GET", f"{self.path}/attribute/{name}")


class Browser:
    """A browser with a profile of its own and a window of `width` CSS pixels."""

    def __init__(self, width, dark=False):
        self.profile = tempfile.mkdtemp(prefix="bluezone-console-")
        self.server = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
        self.session = ""
        try:
            port = next(re.search(r"on port (\d+)", line) for line in self.server.stdout if "started successfully" in line)
            self.address = f"http://127.0.0.1:{port.group(1)}"
            self.start()
            # A phone's width: a window itself has a least one.
            self.devtools("Emulation.setDeviceMetricsOverride",
                          width=width, height=780, deviceScaleFactor=2, mobile=width < 600)
            if dark:
                self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
        except BaseException:
            self.close()
            raise

    def start(self):
        arguments = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars",
                     "--disable-background-networking", "--no-first-run", f"--user-data-dir={self.profile}"]
        preferences = {"profile.managed_default_content_settings.javascript": 2, "intl.accept_languages": "vi"}
        wanted = {"browserName": "chrome", "timeouts": {"pageLoad": 60000, "implicit": 0},
                  "goog:chromeOptions": {"args": arguments, "prefs": preferences}}
        made = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.session = "/session/" + made["sessionId"]

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.address + self.session + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {json.load(error)['value']['message']}") from None

    def devtools(self, command, **parameters):
        return self.ask("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def go(self, address):
        self.ask("POST", "/url", {"url": address})

    def all(self, selector):
        found = self.ask("POST", "/elements", {"using": "css selector", "value": selector})
        return [Element(self, element[ELEMENT]) for element in found]

    def one(self, selector):
        return self.all(selector)[0]

    def follow(self, selector):
        """Clicks on what leads to another page, and waits for that: without JavaScript the driver itself does not."""
        before = self.one("html")
        self.one(selector).click()
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                before.attribute("lang")
            except AssertionError as error:
                if not any(word in str(error) for word in GONE):
                    raise
                if self.all("body > main"):
                    return
            time.sleep(0.02)
        raise AssertionError(f"{selector} leads nowhere")

    @property
    def title(self):
        return self.ask("GET", "/title")

    @property
    def source(self):
        return self.ask("GET", "/source")

    @property
    def text(self):
        return self.one("body").text

    def picture(self):
        """The whole page as PNG."""
        shot = self.devtools("Page.captureScreenshot", captureBeyondViewport=True)
        return base64.b64decode(shot["data"])

    def width(self):
        """What the page needs in CSS pixels."""
        return self.devtools("Page.getLayoutMetrics")["cssContentSize"]["width"]

    def printed(self):
        """The page on A4 as PDF."""
        return base64.b64decode(self.devtools("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)["data"])

    def close(self):
        try:
            if self.session:
                self.ask("DELETE", "")
        finally:
            self.server.terminate()
            self.server.wait(20)
            self.server.stdout.close()
            shutil.rmtree(self.profile, ignore_errors=True)
