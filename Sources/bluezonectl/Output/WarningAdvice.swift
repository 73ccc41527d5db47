// SPDX-License-Identifier: GPL-3.0-or-later

internal import Control

/// What a warning means, and the exact thing to do about it.
struct WarningAdvice {
    /// One clause, without a full stop: a detail in parentheses may follow.
    let meaning: String
    /// A command to type, or what to do where no command does it.
    let remedy: String

    init(_ kind: StationWarning.Kind, in style: Style) {
        meaning = WarningAdvice.meaning(kind, style)
        remedy = WarningAdvice.remedy(kind, style)
    }

    private static func meaning(_ kind: StationWarning.Kind, _ style: Style) -> String {
        switch kind {
        case .bluetoothAbsent: style.say("the Bluetooth service does not run", "dịch vụ Bluetooth không chạy")
        case .adapterAbsent: style.say("there is no Bluetooth adapter", "không có bộ điều hợp Bluetooth")
        case .adapterOff: style.say("the adapter is switched off", "bộ điều hợp đang tắt")
        case .radioKilled:
            style.say("flight mode blocks Bluetooth", "chế độ máy bay đang chặn Bluetooth")
        case .adapterExposed:
            style.say(
                "the adapter is discoverable or connectable, and sending would show its public address",
                "bộ điều hợp đang cho phép tìm thấy hoặc kết nối, phát sóng sẽ lộ địa chỉ công khai")
        case .advertisingRefused: style.say("BlueZ refuses to send", "BlueZ từ chối phát")
        case .scanRefused: style.say("BlueZ refuses to listen", "BlueZ từ chối lắng nghe")
        case .slotsShared:
            style.say(
                "the controller sends one format at a time, in turn", "bộ điều khiển phát lần lượt từng định dạng")
        case .keysClosed:
            style.say(
                "today's keys were closed to be published, and the next ones have not begun",
                "khóa của hôm nay đã đóng để gửi đi, khóa kế tiếp chưa bắt đầu")
        case .scanWayRefused:
            style.say(
                "listening is not done in the configured way", "không lắng nghe được theo cách đã cấu hình")
        case .nothingHeard:
            style.say(
                "no device at all is heard: nobody is near, or the adapter is stuck",
                "không nghe thấy thiết bị nào: không có ai ở gần, hoặc bộ điều hợp bị treo")
        case .clockUntrusted: style.say("the clock is not synchronised", "đồng hồ chưa được đồng bộ")
        case .diskFull: style.say("the disk is full and nothing is recorded", "đĩa đầy nên không ghi được gì")
        case .journalDamaged: style.say("the journal has a fault", "nhật ký có lỗi")
        case .settingsRefused:
            style.say("the configuration was refused, the old one stays", "cấu hình bị từ chối, vẫn dùng cấu hình cũ")
        case .exportRefused: style.say("a case export was refused", "một tệp ca bệnh bị từ chối")
        case .policyRefused:
            style.say(
                "the health authority's policy was refused, what counted before stays",
                "chính sách của cơ quan y tế bị từ chối, vẫn dùng ngưỡng cũ")
        case .policyExpired:
            style.say(
                "the health authority's policy is over, the program's own thresholds count",
                "chính sách của cơ quan y tế đã hết hạn, dùng ngưỡng mặc định của chương trình")
        case .casesStale:
            style.say("no case keys came for more than a day", "hơn một ngày chưa nhận được khóa ca bệnh")
        case .authorityAbsent:
            style.say("no health authority's key is installed", "chưa cài khóa của cơ quan y tế")
        case .relayed:
            style.say(
                "somebody repeats this device's identifiers, so people elsewhere may seem to have met you",
                "có ai đó phát lại mã của máy này, nên người ở nơi khác có thể bị coi là đã gặp bạn")
        }
    }

    private static func remedy(_ kind: StationWarning.Kind, _ style: Style) -> String {
        switch kind {
        case .bluetoothAbsent: "sudo systemctl start bluetooth"
        case .adapterAbsent:
            style.say(
                "plug an adapter in, and compare bluetoothctl list with bluezonectl config",
                "cắm bộ điều hợp, rồi so bluetoothctl list với bluezonectl config")
        case .adapterOff: "bluetoothctl power on"
        case .radioKilled: "sudo rfkill unblock bluetooth"
        case .adapterExposed:
            // Off alone does nothing where only connectable is left.
            style.say(
                "bluetoothctl discoverable on, then bluetoothctl discoverable off",
                "bluetoothctl discoverable on, rồi bluetoothctl discoverable off")
        case .advertisingRefused, .scanRefused: "sudo systemctl restart bluetooth"
        case .slotsShared:
            style.say(
                "nothing is wrong; to send one format only, name it in /etc/bluezone/bluezone.conf",
                "không có lỗi; muốn phát một định dạng, hãy ghi nó trong /etc/bluezone/bluezone.conf")
        case .keysClosed:
            style.say(
                "nothing is wrong: sending goes on with the next quarter of an hour; if it does not, look at the clock",
                "không có lỗi: việc phát tiếp tục ở một phần tư giờ kế tiếp; nếu không, hãy xem lại đồng hồ")
        case .scanWayRefused:
            style.say(
                "see Way= in man bluezone.conf, or take it out of the configuration",
                "xem Way= trong man bluezone.conf, hoặc bỏ nó khỏi cấu hình")
        case .nothingHeard:
            style.say(
                "if somebody is near: bluetoothctl power off, then bluetoothctl power on",
                "nếu có người ở gần: bluetoothctl power off, rồi bluetoothctl power on")
        case .clockUntrusted: "sudo timedatectl set-ntp true"
        case .diskFull:
            style.say("make room; see df -h /var/lib/bluezone", "giải phóng đĩa; xem df -h /var/lib/bluezone")
        case .journalDamaged: "sudo bluezonectl journal verify /var/lib/bluezone/journal"
        case .settingsRefused:
            style.say(
                "correct the file, then sudo systemctl reload bluezoned",
                "sửa tệp, rồi sudo systemctl reload bluezoned")
        case .exportRefused:
            style.say(
                "see bluezonectl export verify FILE --key /etc/bluezone/keys.d/ID-VERSION.pem; put a key that is missing "
                    + "into /etc/bluezone/keys.d, then bluezonectl match",
                "xem bluezonectl export verify FILE --key /etc/bluezone/keys.d/ID-VERSION.pem; nếu thiếu khóa, đặt nó "
                    + "vào /etc/bluezone/keys.d, rồi bluezonectl match")
        case .policyRefused:
            style.say(
                "see man bluezone.conf, sections [Cases] and [Policy]; is /etc/bluezone/keys.d up to date?",
                "xem man bluezone.conf, mục [Cases] và [Policy]; /etc/bluezone/keys.d có đúng không?")
        case .policyExpired: "sudo systemctl start bluezone-sync"
        case .casesStale: "sudo systemctl start bluezone-sync"
        case .authorityAbsent:
            style.say(
                "put its public key into /etc/bluezone/keys.d, then sudo systemctl reload bluezoned",
                "đặt khóa công khai vào /etc/bluezone/keys.d, rồi sudo systemctl reload bluezoned")
        case .relayed:
            style.say(
                "this device ignores them; where another one was set up as a copy of it, bluezonectl forget there",
                "máy này bỏ qua các mã đó; nếu có máy khác là bản sao của nó, chạy bluezonectl forget trên máy kia")
        }
    }
}
