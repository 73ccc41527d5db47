// SPDX-License-Identifier: GPL-3.0-or-later

/// The screens as they were looked at and found good.
enum GateScreenGolden {
    static let yes = """
         Bluezone                      14:03:27

           ##      ##  ##########    ########
           ##      ##  ##          ##
             ##  ##    ##          ##
               ##      ########      ######
               ##      ##                  ##
               ##      ##                  ##
               ##      ##########  ########

          A working Bluezone is within about a
                         metre.
                      Signal: near
                 14:00-14:15: 5 people
               Before: 13:45 <3, 13:30 12
        """

    static let noInVietnamese = """
         Bluezone                      14:03:27

                #### #   # #   # #  ###
               #     #   # #   # # #   #
               #     #   # #   ##  #   #
               #     ##### #   #   #####
               #     #   # #   #   #   #
               #     #   # #   #   #   #
                #### #   #  ###    #   #

          Hãy mở ứng dụng Bluezone và đưa điện
                     thoại lại đây.
                    Tín hiệu: hơi xa
                  14:00-14:15: 5 người
              Trước đó: 13:45 <3, 13:30 12
        """

    static let notRunning = """
         Bluezone                      14:03:27

                       #########
                    ###         ###
                                ###
                             ###
                          ###

                          ###


         Cannot see: bluezoned is not running.
             sudo systemctl start bluezoned
                 14:00-14:15: 5 people
               Before: 13:45 <3, 13:30 12
        """

    static let yesInPlainVietnamese = """
         Bluezone                                          14:03:27



                                                ###
                                             ###
                        ############      #########
                     ###               ###         ###
                     ###               ###         ###
                     ###               ###         ###
                     ###               ###         ###
                     ###               ###         ###
                        ############      #########



              Co Bluezone dang hoat dong trong khoang mot met.
                              Tin hieu: o gan
                            14:00-14:15: 5 nguoi
                        Truoc do: 13:45 <3, 13:30 12
        """
}
