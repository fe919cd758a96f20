#!/usr/bin/env python3
"""Opens the documentation site in headless Chromium: its pages in both languages, formulas, pictures, search.

  site_test.py SITE
"""
import functools
import http.server
import pathlib
import sys
import tempfile
import threading
import time

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def browser(folder):
    options = webdriver.ChromeOptions()
    for option in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1300,1000",
                   f"--user-data-dir={folder}", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


def wait_for(what, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.1)
    return what()


def check_page(driver, address, title, failures):
    driver.get(address)
    heading = wait_for(lambda: driver.find_elements(By.TAG_NAME, "h1"))
    if not heading or title not in heading[0].text:
        failures.append(f"{address}: expected the heading {title!r}")
    broken = driver.execute_script(
        "return [...document.images].filter(i => !i.complete || i.naturalWidth === 0).map(i => i.src)")
    failures += [f"{address}: no picture at {source}" for source in broken]
    failures += [f"{address}: {entry['message']}" for entry in driver.get_log("browser")
                 if entry["level"] == "SEVERE" and "favicon" not in entry["message"]]


def search(driver, address, word, expected, failures):
    """Types `word` into the search of the page; a result must lead to `expected`."""
    driver.get(address)
    button = wait_for(lambda: driver.find_elements(By.CSS_SELECTOR, ".DocSearch-Button"))
    button[0].click()
    box = wait_for(lambda: driver.find_elements(By.CSS_SELECTOR, ".VPLocalSearchBox input"))
    box[0].send_keys(word)

    def results():  # read by one script: the list changes while the word is typed
        return driver.execute_script("return [...document.querySelectorAll('.VPLocalSearchBox a.result')].map(a => a.href)")

    if not wait_for(lambda: any(expected in link for link in results())):
        failures.append(f"{address}: searching for {word!r} led to {results()}, not to {expected}")
    box[0].send_keys(Keys.ESCAPE)


def main():
    site = pathlib.Path(sys.argv[1])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    root = f"http://127.0.0.1:{server.server_port}"
    failures = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        driver = browser(folder)
        try:
            check_page(driver, f"{root}/", "Linnet", failures)
            check_page(driver, f"{root}/tutorial.html", "Your first neural network", failures)
            formulas = len(driver.find_elements(By.CSS_SELECTOR, "mjx-container"))
            check_page(driver, f"{root}/zh/tutorial.html", "你的第一个神经网络", failures)
            chinese = len(driver.find_elements(By.CSS_SELECTOR, "mjx-container"))
            if formulas < 20 or chinese < 20:
                failures.append(f"expected formulas, found {formulas} and {chinese}")
            for page, title in (("zh/readme", "Linnet"), ("zh/examples", "示例"), ("zh/conventions", "约定"),
                                ("zh/architecture", "Linnet"), ("zh/add_an_op", "添加"), ("zh/add_a_layer", "添加"),
                                ("add_a_layer", "Add a layer"), ("source/examples/overfitting.cpp", "overfitting")):
                check_page(driver, f"{root}/{page}.html", title, failures)
            driver.get(f"{root}/reference/classlinnet_1_1Dense.html")
            if "Dense" not in driver.title or "units" not in driver.find_element(By.TAG_NAME, "body").text:
                failures.append(f"the reference describes no Dense: {driver.title!r}")
            search(driver, f"{root}/architecture.html", "overfitting", "/tutorial", failures)
            search(driver, f"{root}/architecture.html", "broadcasting", "/conventions", failures)
            search(driver, f"{root}/zh/architecture.html", "过拟合", "/zh/tutorial", failures)
            search(driver, f"{root}/zh/architecture.html", "梯度", "/zh/", failures)
        finally:
            driver.quit()
    server.shutdown()
    print("\n".join(failures) or "The pages are there, and the search finds what it should.")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
