import { describe, expect, test } from 'vitest'
import { readProductName } from '../../../src/certification/dialects/product-name.ts'

const read = (name: string): string => {
  const found = readProductName(name)
  return found === undefined ? '-' : `${found.product} ${found.version}`
}

describe('the product and version of', () => {
  test.each([
    // an architecture is no version
    ['Qubes-R4.3.1-x86_64.iso', 'Qubes R4.3.1'],
    ['grand-os-x86_64.zip', '-'],
    ['Work-Live-x86_64-39-1.5.iso', 'Work-Live-x86_64-39 1.5'],
    ['archlinux-x86_64.iso', '-'],
    ['tool-x86-64.zip', '-'],
    ['tool-win-64.zip', '-'],
    ['tool-win64-setup.exe', '-'],
    ['tool-i686.zip', '-'],
    ['tool-arm64.zip', '-'],
    ['tool-riscv64.zip', '-'],
    ['tool-darwin-arm64', '-'],
    ['tool-powerpc64le-linux-gnu.tar.gz', '-'],
    ['tool-armv7-unknown-linux-gnueabihf.tar.gz', '-'],
    ['Electrum-arm64-v8a.apk', '-'],
    ['linuxmint-cinnamon-64-bit.iso', '-'],
    ['linuxmint-22-cinnamon-64bit.iso', 'linuxmint 22'],
    ['tool-linux-64-2.1.zip', 'tool-linux-64 2.1'],
    ['tool-osx-64-3.zip', 'tool-osx-64 3'],
    ['LibreOffice_7.6.4_Linux_x86-64_deb.tar.gz', 'LibreOffice 7.6.4'],
    ['parrot-security-5.3_amd64.iso', 'parrot-security 5.3'],
    ['tool_1.0.0_linux_amd64.tar.gz', 'tool 1.0.0'],
    ['slackware64-15.0-install-dvd.iso', 'slackware64 15.0'],
    // nor is a system, where a version follows
    ['tool-ubuntu-22.04-1.2.3.tar.gz', 'tool-ubuntu-22.04 1.2.3'],
    ['tool-macos-11.0-v1.2.3.zip', 'tool-macos-11.0 1.2.3'],
    ['ubuntu-24.04.1-desktop-amd64.iso', 'ubuntu 24.04.1'],
    ['kali-linux-2023.4-installer-amd64.iso', 'kali-linux 2023.4'],
    ['clightning-v24.08rc2-Ubuntu-22.04-amd64.tar.xz', 'clightning 24.08rc2'],
  ])('%s: %s', (name, expected) => {
    expect(read(name)).toBe(expected)
  })

  test.each([
    ['dashcore-23.0.0-rc.3-x86_64-linux-gnu.tar.gz', 'dashcore 23.0.0-rc.3'],
    ['dashcore-20.0.0-beta.2-win64.zip', 'dashcore 20.0.0-beta.2'],
    ['bitcoin-30.0rc2-win64-setup.exe', 'bitcoin 30.0rc2'],
    ['Qubes-R4.3.0-rc2-x86_64.iso', 'Qubes R4.3.0-rc2'],
    ['tails-amd64-7.0~rc2.iso', 'tails-amd64 7.0~rc2'],
    ['alpine-3.19.0_rc1-x86_64.iso', 'alpine 3.19.0_rc1'],
    ['FreeBSD-14.0-RC1-amd64-disc1.iso', 'FreeBSD 14.0-RC1'],
    ['zcash-5.8.0-rc1-linux64-debian-bullseye.tar.gz', 'zcash 5.8.0-rc1'],
    ['lnd-source-v0.17.3-beta.rc1.tar.gz', 'lnd-source 0.17.3-beta.rc1'],
    ['tool-1.0-alpha.zip', 'tool 1.0-alpha'],
    ['tool-1.0-rc-2-win64.zip', 'tool 1.0-rc-2'],
    ['tool-1.0-rc-64bit.zip', 'tool 1.0-rc'],
    ['tool-1.0.rc.1.zip', 'tool 1.0.rc.1'],
    ['tool-1.0-SNAPSHOT.zip', 'tool 1.0-SNAPSHOT'],
    ['tool-1.0-dev3.zip', 'tool 1.0-dev3'],
    ['tool-1.0-dev.zip', 'tool 1.0'],
    ['tool-2.0-M1.zip', 'tool 2.0-M1'],
    ['tool-2.0-m1-macos.zip', 'tool 2.0'],
    ['tor-browser-linux-x86_64-15.0a3.tar.xz', 'tor-browser-linux-x86_64 15.0a3'],
    ['tool-1.2.3-5-gabcdef1.tar.gz', 'tool 1.2.3-5-gabcdef1'],
    ['tool-1.2.3+build.5-linux.zip', 'tool 1.2.3+build.5'],
    ['bitcoin-27.1.knots20240801-x86_64-linux-gnu.tar.gz', 'bitcoin 27.1.knots20240801'],
    ['bitcoin-4a05d48c2b2b-x86_64-linux-gnu.tar.gz', 'bitcoin 4a05d48c2b2b'],
  ])('%s, which is no plain release: %s', (name, expected) => {
    expect(read(name)).toBe(expected)
  })

  test.each([
    ['bitcoin-29.4-aarch64-linux-gnu.tar.gz', 'bitcoin 29.4'],
    ['bitcoin-29.4-arm64-apple-darwin-unsigned.tar.gz', 'bitcoin 29.4'],
    ['bitcoin-29.4-codesignatures-29.4.tar.gz', 'bitcoin 29.4'],
    ['litecoin-0.21.3-x86_64-linux-gnu.tar.gz', 'litecoin 0.21.3'],
    ['monero-linux-x64-v0.18.4.2.tar.bz2', 'monero-linux-x64 0.18.4.2'],
    ['tor-browser-linux-x86_64-14.5.tar.xz', 'tor-browser-linux-x86_64 14.5'],
    ['tails-amd64-7.1.img', 'tails-amd64 7.1'],
    ['electrum-4.5.5-x86_64.AppImage', 'electrum 4.5.5'],
    ['Electrum-4.5.5.0-arm64-v8a-release.apk', 'Electrum 4.5.5.0'],
    ['Whonix-Xfce-17.2.0.1.Intel_AMD64.qcow2.libvirt.xz', 'Whonix-Xfce 17.2.0.1'],
    ['debian-live-12.5.0-amd64-gnome.iso', 'debian-live 12.5.0'],
    ['archlinux-2024.01.01-x86_64.iso', 'archlinux 2024.01.01'],
    ['stage3-amd64-openrc-20240107T170309Z.tar.xz', 'stage3-amd64-openrc 20240107T170309Z'],
    ['tool-2024-05-01-linux.zip', 'tool 2024-05-01'],
    ['go1.21.5.linux-amd64.tar.gz', 'go 1.21.5'],
    ['node-v20.10.0-linux-x64.tar.xz', 'node 20.10.0'],
    ['openssl-1.1.1w.tar.gz', 'openssl 1.1.1w'],
    ['openssh-9.6p1.tar.gz', 'openssh 9.6p1'],
    ['busybox-1.36.1-r15.apk', 'busybox 1.36.1-r15'],
    ['android-ndk-r26b-linux.zip', 'android-ndk r26b'],
    ['jdk-21_linux-x64_bin.tar.gz', 'jdk 21'],
    ['0ad-0.0.26.tar.xz', '0ad 0.0.26'],
    ['tool-1.0.7z', 'tool 1.0'],
    ['x-1.zip', 'x 1'],
    ['29.4-x86_64.tar.gz', '-'],
    ['tool-3rdparty.zip', '-'],
    ['README', '-'],
    ['', '-'],
  ])('%s: %s', (name, expected) => {
    expect(read(name)).toBe(expected)
  })

  test.each([
    ['libcase_2%3a1.0-1_amd64.deb', 'libcase 2:1.0-1', 'libcase_1.0-1_amd64', 'amd64'],
    ['libcase_1.0-1_amd64.deb', 'libcase 1.0-1', 'libcase_1.0-1_amd64', 'amd64'],
    ['casetool_1.3-1.dsc', 'casetool 1.3-1', 'casetool_1.3-1', undefined],
    [
      're9-1:20211101-1-x86_64.pkg.tar.zst',
      're9 1:20211101-1',
      're9-1:20211101-1-x86_64',
      'x86_64',
    ],
    [
      'casetool-1.2-3.fc41.noarch.rpm',
      'casetool 1.2-3.fc41',
      'casetool-1.2-3.fc41.noarch',
      'noarch',
    ],
  ])('the package %s: %s', (...[name, expected, stem, architecture]) => {
    expect(read(name)).toBe(expected)
    expect(readProductName(name)).toMatchObject({ stem, architecture })
  })

  test('names as long as they can be, made to be read slowly, take no time', () => {
    const bad = ['a-1.', '-1.1.', '1-1_1.', 'rc.1-', '-1+a', '~a', '-rc', '.a1', '_1.0-rc.1.']
    const begun = process.cpuUsage()
    for (const part of bad) for (let at = 0; at < 20; at++) readProductName(`x${part.repeat(300)}!`)
    expect(process.cpuUsage(begun).user / 1000).toBeLessThan(500)
  })
})
