"""Imports what a larger program imports of the standard library."""

import argparse
import asyncio
import concurrent.futures
import csv
import dataclasses
import datetime
import decimal
import email
import hashlib
import http.client
import json
import logging
import multiprocessing
import pathlib
import re
import sqlite3
import ssl
import subprocess
import tempfile
import typing
import unittest
import urllib.request
import xml.etree.ElementTree
import zipfile

MODULES = [
    argparse, asyncio, concurrent.futures, csv, dataclasses, datetime, decimal, email, hashlib, http.client, json, logging,
    multiprocessing, pathlib, re, sqlite3, ssl, subprocess, tempfile, typing, unittest, urllib.request,
    xml.etree.ElementTree, zipfile,
]  # fmt: skip


def main():
    print(" ".join(module.__name__ for module in MODULES))


if __name__ == "__main__":
    main()
